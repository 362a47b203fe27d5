($says(indicator_name) OR $says(project_name))
